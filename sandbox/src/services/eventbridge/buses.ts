import type {
  CreateEventBusCommandInput,
  DeleteEventBusCommandInput,
  DescribeEventBusCommandInput,
  ListEventBusesCommandInput,
} from '@aws-sdk/client-eventbridge';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { page } from './page.ts';
import { type BusState, busesOf, busOf, newBus } from './state.ts';
import { tagRecord } from './tags.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html */
export function createEventBus(input: CreateEventBusCommandInput, { world, scope, now }: Call): object {
  const name = input.Name ?? '';
  if (name.includes('/')) {
    throw new AwsError('ValidationException', 'Event bus name must not contain "/", which is for partner event buses.');
  }
  const buses = busesOf(world, scope);
  if (own(buses, name)) throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
  const bus = newBus(scope, name, now);
  if (input.Description !== undefined) bus.description = input.Description;
  buses[name] = bus;
  world.resources.add({
    ...scope,
    arn: bus.arn,
    type: 'events:event-bus',
    createdAt: now,
    tags: tagRecord(input.Tags),
  });
  return { EventBusArn: bus.arn, Description: bus.description };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html */
export function describeEventBus({ Name }: DescribeEventBusCommandInput, { world, scope }: Call): object {
  return described(busOf(world, scope, Name));
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListEventBuses.html */
export function listEventBuses(input: ListEventBusesCommandInput, { world, scope }: Call): object {
  const buses = Object.values(busesOf(world, scope)).filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
  const { items, NextToken } = page(buses, ({ name }) => name, input.Limit, input.NextToken);
  return { EventBuses: items.map(described), NextToken };
}

/** DeleteEventBus. One that does not exist is deleted without a word: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html */
export function deleteEventBus({ Name = '' }: DeleteEventBusCommandInput, { world, scope }: Call): object {
  if (Name === 'default') throw new AwsError('ValidationException', 'Cannot delete event bus default.');
  const buses = busesOf(world, scope);
  const bus = own(buses, Name);
  if (!bus) return {};
  if (Object.keys(bus.rules).length > 0) {
    throw new AwsError('ValidationException', "Event bus can't be deleted since it has rules.");
  }
  delete buses[Name];
  world.resources.remove(bus.arn);
  return {};
}

function described(bus: BusState) {
  return {
    Name: bus.name,
    Arn: bus.arn,
    Description: bus.description,
    CreationTime: new Date(bus.createdAt),
    LastModifiedTime: new Date(bus.modifiedAt),
  };
}
