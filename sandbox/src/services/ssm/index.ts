import * as sdk from '@aws-sdk/client-ssm';
import type { Service } from '../../kernel/service.ts';
import { deleteParameter, deleteParameters, describeParameters } from './describe.ts';
import { getParameter, getParameterHistory, getParameters, getParametersByPath } from './get.ts';
import { labelParameterVersion, unlabelParameterVersion } from './labels.ts';
import { putParameter } from './put.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './tags.ts';

/** AWS Systems Manager, of which the sandbox has Parameter Store. */
export const ssm: Service = {
  name: 'ssm',
  sdk,
  model: 'ssm',
  handlers: {
    AddTagsToResource: addTagsToResource,
    DeleteParameter: deleteParameter,
    DeleteParameters: deleteParameters,
    DescribeParameters: describeParameters,
    GetParameter: getParameter,
    GetParameterHistory: getParameterHistory,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    LabelParameterVersion: labelParameterVersion,
    ListTagsForResource: listTagsForResource,
    PutParameter: putParameter,
    RemoveTagsFromResource: removeTagsFromResource,
    UnlabelParameterVersion: unlabelParameterVersion,
  },
};
