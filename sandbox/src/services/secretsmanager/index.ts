import * as sdk from '@aws-sdk/client-secrets-manager';
import type { Service } from '../../kernel/service.ts';
import { deleteSecret, purge, purgeTimer, restoreSecret } from './deletion.ts';
import { listSecrets } from './list.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from './policies.ts';
import { createSecret, describeSecret, updateSecret } from './secrets.ts';
import { tagResource, untagResource } from './tags.ts';
import {
  batchGetSecretValue,
  getSecretValue,
  listSecretVersionIds,
  putSecretValue,
  updateSecretVersionStage,
} from './values.ts';

/** AWS Secrets Manager. */
export const secretsmanager: Service = {
  name: 'secretsmanager',
  sdk,
  model: 'secretsmanager',
  handlers: {
    BatchGetSecretValue: batchGetSecretValue,
    CreateSecret: createSecret,
    DeleteResourcePolicy: deleteResourcePolicy,
    DeleteSecret: deleteSecret,
    DescribeSecret: describeSecret,
    GetResourcePolicy: getResourcePolicy,
    GetSecretValue: getSecretValue,
    ListSecretVersionIds: listSecretVersionIds,
    ListSecrets: listSecrets,
    PutResourcePolicy: putResourcePolicy,
    PutSecretValue: putSecretValue,
    RestoreSecret: restoreSecret,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateSecret: updateSecret,
    UpdateSecretVersionStage: updateSecretVersionStage,
  },
  timers: { [purgeTimer]: purge },
};
