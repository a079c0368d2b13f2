import type { Command } from 'commander';
import type { Shell } from './shell.ts';
import { type CompletionNode, completionTree } from './tree.ts';

/** The completion script of a shell, made from the command tree. */
export function completionScript(program: Command, shell: Shell): string {
  const nodes = completionTree(program);
  return SCRIPTS[shell](program.name(), nodes);
}

const SCRIPTS: Readonly<Record<Shell, (name: string, nodes: readonly CompletionNode[]) => string>> = {
  bash,
  // Zsh runs bash's script through its own bridge; descriptions are the price, one source of truth the gain.
  zsh: (name, nodes) => `#compdef ${name}\nautoload -Uz bashcompinit && bashcompinit\n${bash(name, nodes)}`,
  fish,
};

/** Finds the command by the words before the cursor, then offers its words: files where it takes a path. */
function bash(name: string, nodes: readonly CompletionNode[]): string {
  const paths = nodes.filter((node) => node.path !== '').map((node) => `'${node.path}'`);
  const words = nodes.map((node) => {
    const offered = [
      ...node.commands.map((command) => command.name),
      ...node.choices,
      ...node.options.map((o) => o.long),
    ];
    return `    '${node.path}') words='${offered.join(' ')}' ;;`;
  });
  const values = nodes.flatMap((node) =>
    node.options
      .filter((option) => option.choices.length > 0)
      .map((option) => {
        const flags = [option.long, option.short].filter((flag) => flag !== undefined);
        return `    ${flags.map((flag) => `'${node.path} ${flag}'`).join('|')}) words='${option.choices.join(' ')}' ;;`;
      }),
  );
  return `_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${at:+$at }$word" in ${paths.join('|')}) at="\${at:+$at }$word" ;; esac
  done
  case "$at" in
${words.join('\n')}
  esac
  case "$at $prev" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [[ $cur != -* && -n $at ]]; then COMPREPLY+=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _${name} ${name}
`;
}

function fish(name: string, nodes: readonly CompletionNode[]): string {
  const lines = [`complete -c ${name} -f`];
  const top = nodes.find((node) => node.path === '')?.commands.map((command) => command.name) ?? [];
  for (const node of nodes) {
    const words = node.path.split(' ').filter((word) => word !== '');
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const fresh = node.path === '' ? `not __fish_seen_subcommand_from ${top.join(' ')}` : seen;
    for (const command of node.commands) {
      lines.push(`complete -c ${name} -n ${quoted(fresh)} -a ${command.name} -d ${quoted(command.description)}`);
    }
    const takesFiles = node.path !== '' && node.commands.length === 0 && node.choices.length === 0;
    if (takesFiles) lines.push(`complete -c ${name} -n ${quoted(seen)} -F`);
    if (node.choices.length > 0)
      lines.push(`complete -c ${name} -n ${quoted(seen)} -a ${quoted(node.choices.join(' '))}`);
    if (node.path === '') continue;
    for (const option of node.options) {
      const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
      const value =
        option.choices.length > 0 ? ` -x -a ${quoted(option.choices.join(' '))}` : option.takesValue ? ' -r' : '';
      lines.push(
        `complete -c ${name} -n ${quoted(seen)} -l ${option.long.slice(2)}${short}${value} -d ${quoted(option.description)}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
