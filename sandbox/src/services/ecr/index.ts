import * as sdk from '@aws-sdk/client-ecr';
import type { Service } from '../../kernel/service.ts';
import { batchDeleteImage, batchGetImage, describeImages, listImages } from './images.ts';
import { putImage } from './put-image.ts';
import {
  createRepository,
  deleteRepository,
  describeRepositories,
  getAuthorizationToken,
  putImageTagMutability,
} from './repositories.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

/** Amazon ECR: repositories and the manifests of their images. */
export const ecr: Service = {
  name: 'ecr',
  sdk,
  model: 'ecr',
  handlers: {
    BatchDeleteImage: batchDeleteImage,
    BatchGetImage: batchGetImage,
    CreateRepository: createRepository,
    DeleteRepository: deleteRepository,
    DescribeImages: describeImages,
    DescribeRepositories: describeRepositories,
    GetAuthorizationToken: getAuthorizationToken,
    ListImages: listImages,
    ListTagsForResource: listTagsForResource,
    PutImage: putImage,
    PutImageTagMutability: putImageTagMutability,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
};
