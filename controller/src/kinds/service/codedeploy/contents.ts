import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { readAppSpec, readCodeDeployment } from '../../../aws/reads.ts';
import type { Pass } from '../../../core/driver.ts';
import { TerminalError } from '../../../core/errors.ts';
import type { ServiceLive } from '../live.ts';
import { lastVerified } from '../verification/mark.ts';
import { appSpecOfTaskSet, withTaskDefinition } from './appspec.ts';
import type { Asked } from './calls.ts';
import { primarySet } from './live.ts';
import { noteIn } from './note.ts';
import { failedDeployment } from './verdict.ts';

/**
 * The AppSpec of a deployment. "The content property of the appSpecContent object in the returned revision is always
 * null. Use GetApplicationRevision and the sha256":
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html
 */
async function contentOf(
  live: ServiceLive,
  revision: DeploymentInfo['revision'],
  pass: Pass,
): Promise<string | undefined> {
  const application = live.codeDeploy?.key?.application;
  const { content, sha256 } = revision?.appSpecContent ?? revision?.string ?? {};
  if (content !== undefined && content !== '') return content;
  return application === undefined || sha256 === undefined ? undefined : readAppSpec(pass, { application, sha256 });
}

/** The deployment that failed, once more. @throws TerminalError when there is none */
export async function again(live: ServiceLive, pass: Pass): Promise<Asked> {
  const failed = failedDeployment(live);
  const content = await contentOf(live, failed?.revision, pass);
  if (failed === undefined || content === undefined) {
    throw new TerminalError('NotAllowed', `there is no failed deployment of ${live.key.service} to retry`);
  }
  return { content, note: noteIn(failed.description) ?? {} };
}

/** What serves, with new tasks. @throws TerminalError when nothing does */
export async function sameRevision(live: ServiceLive, pass: Pass): Promise<Asked> {
  const primary = primarySet(live.service);
  if (primary === undefined) throw new TerminalError('NotAllowed', `nothing of ${live.key.service} serves`);
  const made = primary.externalId === undefined ? undefined : await readCodeDeployment(pass, primary.externalId);
  const content = await contentOf(live, made?.revision, pass);
  if (content === undefined) return { content: appSpecOfTaskSet(primary), note: {} };
  const { back: _, ...note } = noteIn(made?.description) ?? {};
  return { content, note };
}

/** What served before the deployment that did; undefined: there was nothing. */
export async function before(live: ServiceLive, pass: Pass): Promise<string | undefined> {
  const last = live.codeDeploy?.last;
  if (last === undefined) return undefined;
  const previous = await contentOf(live, last.info.previousRevision, pass);
  if (previous !== undefined) return previous;
  // The first deployment of a service replaced what the service was made with, which no AppSpec names.
  const verified = lastVerified(live);
  const content = verified === undefined ? undefined : await contentOf(live, last.info.revision, pass);
  const running = live.service.taskDefinition?.split('/').at(-1);
  return content === undefined || verified === undefined || verified === running
    ? undefined
    : withTaskDefinition(content, verified);
}
