import type {
  CreateTrailCommandInput,
  DeleteTrailCommandInput,
  DescribeTrailsCommandInput,
  GetTrailCommandInput,
  GetTrailStatusCommandInput,
  ListTrailsCommandInput,
  StartLoggingCommandInput,
  StopLoggingCommandInput,
  UpdateTrailCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { arnOf } from '../../kernel/arn.ts';
import { own } from '../../kernel/own.ts';
import { pageOf } from '../../kernel/page.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { trailsOf, type TrailState } from './state.ts';
import { tagRecord } from './tags.ts';

/** "Trails per Region". Source: CloudTrail user guide, "Quotas". */
const mostTrails = 5;

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html */
export function createTrail(input: CreateTrailCommandInput, { world, scope, now }: Call): object {
  const { Name: name = '' } = input;
  if (!/^(?=.{3,128}$)[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*$/.test(name)) {
    throw new AwsError(
      'InvalidTrailNameException',
      'Trail name is not valid: 3 to 128 letters, digits, periods, underscores or dashes, none of them adjacent.',
    );
  }
  const trails = trailsOf(world, scope.accountId);
  const arn = arnOf('cloudtrail', scope, `trail/${name}`);
  if (own(trails, arn)) {
    throw new AwsError('TrailAlreadyExistsException', `Trail ${name} already exists for customer: ${scope.accountId}`);
  }
  if (Object.values(trails).filter(({ homeRegion }) => homeRegion === scope.region).length >= mostTrails) {
    throw new AwsError(
      'MaximumNumberOfTrailsExceededException',
      `User: ${scope.accountId} already has ${mostTrails} trails in ${scope.region}.`,
    );
  }
  const trail: TrailState = {
    name,
    arn,
    homeRegion: scope.region,
    bucket: input.S3BucketName ?? '',
    ...(input.S3KeyPrefix === undefined ? {} : { prefix: input.S3KeyPrefix }),
    multiRegion: input.IsMultiRegionTrail ?? false,
    globalServices: input.IncludeGlobalServiceEvents ?? true,
    validation: input.EnableLogFileValidation ?? false,
    // CreateTrail does not start it.
    logging: false,
  };
  if (trail.multiRegion && !trail.globalServices) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      'Multi-Region trail must include global service events.',
    );
  }
  trails[arn] = trail;
  world.resources.add({ ...scope, arn, type: 'cloudtrail:trail', createdAt: now, tags: tagRecord(input.TagsList) });
  return described(trail);
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html */
export function updateTrail(input: UpdateTrailCommandInput, call: Call): object {
  const trail = homeTrailOf(call, input.Name);
  trail.bucket = input.S3BucketName ?? trail.bucket;
  if (input.S3KeyPrefix !== undefined) trail.prefix = input.S3KeyPrefix;
  trail.multiRegion = input.IsMultiRegionTrail ?? trail.multiRegion;
  trail.globalServices = input.IncludeGlobalServiceEvents ?? trail.globalServices;
  trail.validation = input.EnableLogFileValidation ?? trail.validation;
  return described(trail);
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html */
export function deleteTrail({ Name }: DeleteTrailCommandInput, call: Call): object {
  const { arn } = homeTrailOf(call, Name);
  delete trailsOf(call.world, call.scope.accountId)[arn];
  call.world.resources.remove(arn);
  return {};
}

/**
 * DescribeTrails: those whose home is here, and the shadows of multi-Region trails of elsewhere unless told otherwise.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
 */
export function describeTrails(input: DescribeTrailsCommandInput, { world, scope }: Call): object {
  const names = input.trailNameList ?? [];
  const trailList = Object.values(trailsOf(world, scope.accountId))
    .filter(
      ({ homeRegion, multiRegion }) =>
        homeRegion === scope.region || (multiRegion && input.includeShadowTrails !== false),
    )
    .filter(({ name, arn }) => names.length === 0 || names.includes(name) || names.includes(arn));
  return { trailList: trailList.map(withHome) };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html */
export function getTrail({ Name }: GetTrailCommandInput, call: Call): object {
  return { Trail: withHome(trailOf(call, Name)) };
}

/** ListTrails: of all regions. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTrails.html */
export function listTrails({ NextToken }: ListTrailsCommandInput, { world, scope }: Call): object {
  const page = pageOf(Object.values(trailsOf(world, scope.accountId)), 100, NextToken, ({ arn }) => arn);
  return {
    Trails:
      page?.items.map(({ arn, name, homeRegion }) => ({ TrailARN: arn, Name: name, HomeRegion: homeRegion })) ?? [],
    NextToken: page?.next,
  };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html */
export function getTrailStatus({ Name }: GetTrailStatusCommandInput, call: Call): object {
  const { logging, startedAt, stoppedAt } = trailOf(call, Name);
  const text = (at: number | undefined) => (at === undefined ? '' : `${new Date(at).toISOString().slice(0, 19)}Z`);
  return {
    IsLogging: logging,
    ...(startedAt === undefined ? {} : { StartLoggingTime: new Date(startedAt) }),
    ...(stoppedAt === undefined ? {} : { StopLoggingTime: new Date(stoppedAt) }),
    TimeLoggingStarted: text(startedAt),
    TimeLoggingStopped: text(stoppedAt),
  };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html */
export function startLogging({ Name }: StartLoggingCommandInput, call: Call): object {
  const trail = homeTrailOf(call, Name);
  if (!trail.logging) trail.startedAt = call.now;
  trail.logging = true;
  return {};
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html */
export function stopLogging({ Name }: StopLoggingCommandInput, call: Call): object {
  const trail = homeTrailOf(call, Name);
  if (trail.logging) trail.stoppedAt = call.now;
  trail.logging = false;
  return {};
}

/** The trail of a name of this region, or of an ARN. Throws TrailNotFoundException. */
export function trailOf({ world, scope }: Call, nameOrArn = ''): TrailState {
  const trails = trailsOf(world, scope.accountId);
  const arn = nameOrArn.startsWith('arn:') ? nameOrArn : arnOf('cloudtrail', scope, `trail/${nameOrArn}`);
  const trail = own(trails, arn);
  if (!trail) throw new AwsError('TrailNotFoundException', `Unknown trail: ${arn} for the user: ${scope.accountId}`);
  return trail;
}

/** As `trailOf`, for what only the home region may do. Throws InvalidHomeRegionException. */
export function homeTrailOf(call: Call, nameOrArn: string | undefined): TrailState {
  const trail = trailOf(call, nameOrArn);
  if (trail.homeRegion !== call.scope.region) {
    throw new AwsError(
      'InvalidHomeRegionException',
      `Multi-Region trail ${trail.arn} can be updated only in its home region ${trail.homeRegion}.`,
    );
  }
  return trail;
}

function described(trail: TrailState) {
  return {
    Name: trail.name,
    S3BucketName: trail.bucket,
    S3KeyPrefix: trail.prefix,
    IncludeGlobalServiceEvents: trail.globalServices,
    IsMultiRegionTrail: trail.multiRegion,
    TrailARN: trail.arn,
    LogFileValidationEnabled: trail.validation,
    IsOrganizationTrail: false,
  };
}

function withHome(trail: TrailState): object {
  return {
    ...described(trail),
    HomeRegion: trail.homeRegion,
    HasCustomEventSelectors: trail.eventSelectors !== undefined || trail.advancedEventSelectors !== undefined,
    HasInsightSelectors: false,
  };
}
