/**
 * Documents of the AWS managed policies that ECS roles are made with, by ARN.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
export const awsManagedPolicies: Readonly<Record<string, string>> = {
  'arn:aws:iam::aws:policy/AdministratorAccess': allow(['*']),
  'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy': allow([
    'ecr:GetAuthorizationToken',
    'ecr:BatchCheckLayerAvailability',
    'ecr:GetDownloadUrlForLayer',
    'ecr:BatchGetImage',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ]),
  'arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS': allow([
    'ecs:DescribeServices',
    'ecs:CreateTaskSet',
    'ecs:UpdateServicePrimaryTaskSet',
    'ecs:DeleteTaskSet',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:ModifyListener',
    'elasticloadbalancing:DescribeRules',
    'elasticloadbalancing:ModifyRule',
    'lambda:InvokeFunction',
    'cloudwatch:DescribeAlarms',
    'sns:Publish',
    's3:GetObject',
    's3:GetObjectVersion',
  ]),
};

function allow(actions: readonly string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  });
}
