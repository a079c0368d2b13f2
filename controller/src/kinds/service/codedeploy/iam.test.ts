import { expect, test } from 'vitest';
import type { CodeDeployDeployment } from '../../../api/deployment.ts';
import { codeDeployIam } from './iam.ts';

const place = { accountId: '123456789012', region: 'eu-west-1' };
const names = { application: 'shop', service: 'shop-*' };
const settings: CodeDeployDeployment = {
  serviceRole: 'codedeploy',
  productionListener: { loadBalancer: 'public', port: 443 },
};

function resourcesOf(action: string, codeDeploy: CodeDeployDeployment): readonly string[] {
  const statements = codeDeployIam({ deployment: { strategy: 'CodeDeploy', codeDeploy } }, names, place);
  return statements.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);
}

test('other strategies need nothing of it', () => {
  expect(codeDeployIam({ deployment: { strategy: 'Rolling' } }, names, place)).toEqual([]);
});

test('the policy names groups and applications of this Application, and the role that is passed', () => {
  expect(resourcesOf('codedeploy:CreateDeployment', settings)).toEqual([
    'arn:*:codedeploy:eu-west-1:123456789012:deploymentgroup:shop-*/shop-*',
  ]);
  expect(resourcesOf('codedeploy:CreateApplication', settings)).toEqual([
    'arn:*:codedeploy:eu-west-1:123456789012:application:shop-*',
  ]);
  expect(resourcesOf('ecs:DeleteTaskSet', settings)).toEqual(['arn:*:ecs:eu-west-1:123456789012:task-set/*/shop-*/*']);
  expect(resourcesOf('iam:PassRole', settings)).toEqual(['arn:*:iam::123456789012:role/codedeploy']);
  expect(resourcesOf('elasticloadbalancing:ModifyListener', settings)).toEqual([]);
});

test('given names and listeners outside the Application are named', () => {
  const listenerArn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/public/1/2';
  const outside: CodeDeployDeployment = {
    ...settings,
    applicationName: 'pcs-api',
    deploymentGroupName: 'pcs-api-dg',
    productionListener: { listenerArn },
  };
  expect(resourcesOf('codedeploy:CreateDeployment', outside)).toEqual([
    'arn:*:codedeploy:eu-west-1:123456789012:deploymentgroup:pcs-api/pcs-api-dg',
  ]);
  expect(resourcesOf('elasticloadbalancing:ModifyListener', outside)).toEqual([listenerArn]);
});
