import type { TaskTemplate } from '../../api/task.ts';
import { readImageManifest } from '../../aws/reads.ts';
import type { PreflightFinding } from '../../core/driver.ts';
import { type Around, error, type Found, isOpen, looked, unchecked } from './look.ts';

/** Whether the images are in ECR, for the architecture of the task. */
export async function checkImages(task: TaskTemplate, around: Around): Promise<readonly PreflightFinding[]> {
  const architecture = task.runtimePlatform?.cpuArchitecture ?? 'X86_64';
  const found = task.containers.map(async ({ image }, index) =>
    isOpen(image)
      ? []
      : looked({ check: 'Image', path: `/task/containers/${index}/image` }, 'ecr:BatchGetImage', () =>
          checkImage(image, architecture, around),
        ),
  );
  return (await Promise.all(found)).flat();
}

/** A name of an image in a private registry of ECR. https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-pull-ecr-image.html */
const ECR_IMAGE =
  /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/u;

/** True for an image that ECR in this region has. */
export function isInEcr(image: string): boolean {
  return ECR_IMAGE.test(image);
}

async function checkImage(image: string, architecture: string, { aws, pass }: Around): Promise<readonly Found[]> {
  const [, registry, region, repository = '', tag = 'latest', digest] = ECR_IMAGE.exec(image) ?? [];
  if (registry === undefined) return [unchecked(`unchecked: ${image} is not in Amazon ECR`)];
  if (region !== aws.region) return [unchecked(`unchecked: ${image} is in another region`)];
  const manifest = await readImageManifest(pass, { registry, repository, tagOrDigest: digest ?? tag });
  if (manifest === undefined) return [error(`${image} is not in the registry: push it, or correct the tag`)];
  const there = architecturesIn(manifest);
  const wanted = ARCHITECTURES[architecture] ?? architecture;
  if (there === undefined || there.includes(wanted)) return [];
  return [
    error(
      `${image} is there for ${there.join(', ')}, and the task runs on ${wanted} (runtimePlatform ${architecture})`,
    ),
  ];
}

/** What Docker calls ECS's `cpuArchitecture`. */
const ARCHITECTURES: Readonly<Record<string, string>> = { X86_64: 'amd64', ARM64: 'arm64' };

/**
 * The architectures of a list of manifests; undefined for a single one, which tells its own only in its configuration.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
function architecturesIn(manifest: string): readonly string[] | undefined {
  const { manifests } = JSON.parse(manifest) as {
    readonly manifests?: readonly { readonly platform?: { readonly architecture?: string } }[];
  };
  // Attestations are listed with the architecture "unknown".
  return manifests?.flatMap(({ platform }) => {
    const { architecture = 'unknown' } = platform ?? {};
    return architecture === 'unknown' ? [] : [architecture];
  });
}
