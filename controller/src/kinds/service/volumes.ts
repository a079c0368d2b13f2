import type { ServiceVolumeConfiguration as EcsVolume } from '@aws-sdk/client-ecs';
import type { ServiceVolumeConfiguration } from '../../api/servicevolume.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { objectOf, objectsIn, sortedBy } from '../../ecs/tree.ts';

/** What EBS gives a gp3 volume: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html */
const GP3: JsonObject = { iops: 3000, throughput: 125 };

/** Canonical form of EBS volumes, declared or live. */
export function canonicalVolumes(value: Json | undefined): readonly JsonObject[] {
  return sortedBy(
    'name',
    objectsIn(value).map((volume) =>
      objectOf({ ...volume, managedEBSVolume: canonicalEbs(volume['managedEBSVolume']) }),
    ),
  );
}

function canonicalEbs(value: Json | undefined): JsonObject {
  const given = { volumeType: 'gp3', filesystemType: 'xfs', ...objectOf(value) };
  return {
    ...(given.volumeType === 'gp3' ? GP3 : {}),
    ...given,
    tagSpecifications: objectsIn(objectOf(value)['tagSpecifications']).flatMap(canonicalTags),
  };
}

/** A specification that tags nothing is none. */
function canonicalTags(specification: JsonObject): readonly JsonObject[] {
  const { tags, propagateTags = 'NONE', ...rest } = specification;
  const listed = sortedBy(
    'key',
    objectsIn(tags).map((tag) => ({ value: '', ...tag })),
  );
  return listed.length === 0 && propagateTags === 'NONE' ? [] : [{ ...rest, propagateTags, tags: listed }];
}

/** What the API is sent; none: the volumes are taken away. */
export function renderVolumes(spec: readonly ServiceVolumeConfiguration[] | undefined): EcsVolume[] {
  return (spec ?? []).map((volume) => ({ ...volume }));
}
