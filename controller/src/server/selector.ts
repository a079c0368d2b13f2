import { TerminalError } from '../core/errors.ts';

type Labels = Readonly<Record<string, string>>;

/** One requirement: `key`, `!key`, `key=value`, `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`. */
const REQUIREMENT =
  /^(?<not>!)?\s*(?<key>[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,315}[A-Za-z0-9])?)\s*(?:(?<operator>==|=|!=)\s*(?<value>[A-Za-z0-9._-]{0,63})|(?<set>in|notin)\s*\((?<values>[^()]{0,1024})\))?$/u;

/**
 * A label selector, as `kubectl get --selector` takes it: all requirements have to hold.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 * @throws TerminalError `InvalidSelector`, which names the requirement.
 */
export function parseSelector(text: string): (labels: Labels) => boolean {
  const requirements = split(text).map(parseRequirement);
  return (labels) => requirements.every((holds) => holds(labels));
}

/** At commas outside of parentheses. */
function split(text: string): readonly string[] {
  return text
    .split(/,(?![^()]*\))/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseRequirement(text: string): (labels: Labels) => boolean {
  const groups = REQUIREMENT.exec(text)?.groups;
  const { not, key = '', operator, value = '', set, values = '' } = groups ?? {};
  if (groups === undefined || (not !== undefined && (operator ?? set) !== undefined)) {
    throw new TerminalError(
      'InvalidSelector',
      `"${text}" is no requirement of a label selector, expected one such as team=shop, tier!=web, env in (a,b), app or !app`,
    );
  }
  const found = (labels: Labels): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  if (set !== undefined) {
    const wanted = new Set(values.split(',').map((one) => one.trim()));
    // As in Kubernetes: a label that is not there is in no set.
    return (labels) => wanted.has(found(labels) ?? '\0') === (set === 'in');
  }
  if (operator === '!=') return (labels) => found(labels) !== value;
  if (operator !== undefined) return (labels) => found(labels) === value;
  return (labels) => (found(labels) !== undefined) === (not === undefined);
}
