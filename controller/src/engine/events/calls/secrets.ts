import { text, texts } from '../fields.ts';
import { arnIn, isArn } from '../place.ts';
import { type ApiCall, type CallTable, NOTHING, type Touched } from './call.ts';

/** A parameter's ARN; a name that begins with a slash brings its own. */
export function parameterArn(place: ApiCall['place'], name: string): string {
  if (isArn(name)) return name;
  return arnIn(place, 'ssm', name.startsWith('/') ? `parameter${name}` : `parameter/${name}`);
}

const parameter: Touched = {
  type: 'ssm:parameter',
  read: ({ request, place }) => {
    const names = [text(request, 'name'), ...texts(request, 'names')];
    return names.flatMap((name) => (name === undefined ? [] : [parameterArn(place, name)]));
  },
};

const taggedParameter: Touched = {
  type: 'ssm:parameter',
  read: ({ request, place }) => {
    const id = text(request, 'resourceId');
    return id === undefined || text(request, 'resourceType') !== 'Parameter' ? [] : [parameterArn(place, id)];
  },
};

/** Operations on parameters: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Operations.html */
export const PARAMETER_CALLS: CallTable = {
  AddTagsToResource: [taggedParameter],
  DeleteParameter: [parameter],
  DeleteParameters: [parameter],
  LabelParameterVersion: [parameter],
  PutParameter: [parameter],
  RemoveTagsFromResource: [taggedParameter],
  UnlabelParameterVersion: [parameter],
};

/** A secret's ARN ends in six characters that nobody can guess: where the answer has no ARN, the name has to do. */
const secret: Touched = {
  type: 'secretsmanager:secret',
  read: ({ request, response }) => {
    const id = text(response, 'arn') ?? text(request, 'secretId') ?? text(request, 'name');
    return id === undefined ? [] : [id];
  },
};

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html */
export const SECRET_CALLS: CallTable = {
  CancelRotateSecret: [secret],
  CreateSecret: [secret],
  DeleteResourcePolicy: [secret],
  DeleteSecret: [secret],
  PutResourcePolicy: [secret],
  PutSecretValue: [secret],
  RemoveRegionsFromReplication: NOTHING,
  ReplicateSecretToRegions: NOTHING,
  RestoreSecret: [secret],
  RotateSecret: [secret],
  StopReplicationToReplica: [secret],
  TagResource: [secret],
  UntagResource: [secret],
  UpdateSecret: [secret],
  UpdateSecretVersionStage: [secret],
};
