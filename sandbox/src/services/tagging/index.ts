import * as sdk from '@aws-sdk/client-resource-groups-tagging-api';
import type { Service } from '../../kernel/service.ts';
import { getResources, getTagKeys, getTagValues } from './read.ts';
import { tagResources, untagResources } from './write.ts';

/** Resource Groups Tagging API: it reads and writes the tags of the one registry. */
export const tagging: Service = {
  name: 'tagging',
  sdk,
  model: 'resourcegroupstaggingapi',
  handlers: {
    GetResources: getResources,
    GetTagKeys: getTagKeys,
    GetTagValues: getTagValues,
    TagResources: tagResources,
    UntagResources: untagResources,
  },
};
