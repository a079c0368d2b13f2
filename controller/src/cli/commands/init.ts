import { basename, relative, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Io } from '../io.ts';

interface InitOptions {
  readonly name?: string;
  readonly region?: string;
  readonly image: string;
  readonly port: number;
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** `longshore init [DIR]` */
export function register(program: Command, io: Io): void {
  program
    .command('init')
    .description('Writes a small working repository: a cluster, a load balancer, a service and its scaling.')
    .argument('[dir]', 'where to write it', '.')
    .option('--name <name>', 'name of the Application (default: the name of the folder)')
    .option('--region <region>', 'AWS region (default: AWS_REGION, else us-east-1)')
    .option('--image <image>', 'image of the service', 'public.ecr.aws/nginx/nginx:1.29')
    .option('--port <port>', 'port that the container listens on', portNumber, 80)
    .option('--vpc <id>', 'VPC of the target group', 'vpc-0123456789abcdef0')
    .option('--subnets <ids>', 'two or more subnets in different zones, separated by commas', list, [
      'subnet-0123456789abcdef0',
      'subnet-0123456789abcdef1',
    ])
    .option('--security-groups <ids>', 'security groups, separated by commas', list, ['sg-0123456789abcdef0'])
    .action(async (dir: string, options: InitOptions) => {
      const [{ repository }, { writeNew }] = await Promise.all([
        import('../init/repository.ts'),
        import('../init/write-new.ts'),
      ]);
      const root = resolve(io.cwd, dir);
      const name = options.name ?? dnsLabel(basename(root));
      const region = options.region ?? io.env.AWS_REGION ?? io.env.AWS_DEFAULT_REGION ?? 'us-east-1';
      const files = repository({ ...options, name, region });
      await writeNew(root, files);
      const at = relative(io.cwd, root) || '.';
      for (const path of files.keys()) io.stdout(`wrote ${at === '.' ? path : `${at}/${path}`}\n`);
      io.stdout(nextSteps(at));
    });
}

function nextSteps(at: string): string {
  const application = at === '.' ? 'application.yaml' : `${at}/application.yaml`;
  return `
Next:
  longshore sandbox &                    a local AWS to try it on, without an account: paste the lines that it prints
  longshore validate ${application}
  longshore plan ${application}
  longshore apply ${application}

In your own account, first put your VPC, subnets and security groups into ${application}.
`;
}

/** A Kubernetes DNS label, as every name in a manifest must be. */
function dnsLabel(text: string): string {
  const label = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
    .slice(0, 63);
  return label === '' ? 'hello' : label;
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('expected 1 to 65535.');
  return port;
}
