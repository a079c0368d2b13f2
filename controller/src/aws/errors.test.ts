import {
  ClientException,
  InvalidParameterException,
  ServerException,
  ServiceNotFoundException,
} from '@aws-sdk/client-ecs';
import { TargetGroupNotFoundException } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { TerminalError, WaitError } from '../core/errors.ts';
import { awsCode, classifyAws, isAbsent, wrapAws } from './errors.ts';

const told = (message: string) => ({ message, $metadata: {} });

const named = (name: string): Error => Object.assign(new Error('x'), { name, $fault: 'client' });

describe('what an AWS error means', () => {
  test.each([
    [new ServiceNotFoundException(told('Service not found.')), 'absent'],
    [new TargetGroupNotFoundException(told('One or more target groups not found')), 'absent'],
    [new ClientException(told('Unable to describe task definition.')), 'absent'],
    [new ClientException(told('Rate exceeded')), 'throttled'],
    [
      new ClientException(told('Too many concurrent attempts to create a new revision of the specified family.')),
      'busy',
    ],
    [
      new InvalidParameterException(
        told('The target group with targetGroupArn x does not have an associated load balancer.'),
      ),
      'busy',
    ],
    [
      new InvalidParameterException(
        told(
          'Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.',
        ),
      ),
      'busy',
    ],
    [new InvalidParameterException(told('The service cannot be stopped while deployments are active.')), 'busy'],
    [new InvalidParameterException(told('Unable to Start a service that is still Draining.')), 'busy'],
    [new InvalidParameterException(told('Creation of service was not idempotent.')), 'terminal'],
    [new ClientException(told('User: x is not authorized to perform: iam:PassRole on resource: y')), 'permission'],
    [new ServerException(told('Service Unavailable.')), 'unknown'],
    [new Error('socket hang up'), 'unknown'],
  ])('%s is %s', (error, expected) => {
    expect(classifyAws(error)).toBe(expected);
  });

  test('codes are the same with and without the ending Exception, and with a namespace', () => {
    expect(classifyAws(named('ThrottlingException'))).toBe('throttled');
    expect(classifyAws(named('Throttling'))).toBe('throttled');
    expect(awsCode(named('com.amazonaws.ecs#ClusterNotFoundException'))).toBe('ClusterNotFound');
    expect(isAbsent(named('com.amazonaws.ecs#ClusterNotFoundException'))).toBe(true);
  });
});

describe('the error that is thrown for a failed call', () => {
  test('says operation, resource, code and the words of AWS', () => {
    const error = wrapAws(new InvalidParameterException(told('Role is not valid.')), 'CreateService api in main');
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ code: 'InvalidParameter' });
    expect(error.message).toBe('CreateService api in main: InvalidParameter: Role is not valid.');
  });

  test('waits for what AWS is still doing', () => {
    const error = wrapAws(
      new InvalidParameterException(told('x does not have an associated load balancer.')),
      'CreateService api',
    );
    expect(error).toBeInstanceOf(WaitError);
  });

  test('is plain for permissions and quotas, which may come, with a hint', () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException', $fault: 'client' });
    const error = wrapAws(denied, 'CreateService api');
    expect(error).not.toBeInstanceOf(TerminalError);
    expect(error.message).toContain('iam-policy');
  });

  test('a target group on a second load balancer is no quota: Service Quotas cannot raise it', () => {
    const limit = Object.assign(new Error('no'), { name: 'TargetGroupAssociationLimitException', $fault: 'client' });
    const error = wrapAws(limit, 'CreateListener public');
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).not.toContain('Service Quotas');
  });

  test('our own errors pass as they are', () => {
    const own = new WaitError('later', 1);
    expect(wrapAws(own, 'anything')).toBe(own);
  });
});
