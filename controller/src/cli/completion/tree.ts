import type { Command, Option } from 'commander';

/** What a shell has to know of one command. */
export interface CompletionNode {
  /** The words that lead to it, without the program: `''` is the program itself. */
  readonly path: string;
  readonly description: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletionOption[];
  /** Words that its first argument may be; empty: a file or a folder. */
  readonly choices: readonly string[];
}

/** One option. */
export interface CompletionOption {
  /** `--output` */
  readonly long: string;
  /** `-o` */
  readonly short: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** Reads the command tree as commander has it, so that completion never lags behind the program. */
export function completionTree(program: Command): readonly CompletionNode[] {
  const help = program.createHelp();
  const globals = program.options.map(optionOf);
  const visit = (command: Command, path: readonly string[]): readonly CompletionNode[] => {
    const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
    const own = path.length === 0 ? [] : command.options.filter((option) => !option.hidden).map(optionOf);
    const node: CompletionNode = {
      path: path.join(' '),
      description: firstSentence(command.description()),
      commands: children.map((child) => ({ name: child.name(), description: firstSentence(child.description()) })),
      options: [...own, ...globals, HELP],
      choices: command.registeredArguments[0]?.argChoices ?? [],
    };
    return [node, ...children.flatMap((child) => visit(child, [...path, child.name()]))];
  };
  return visit(program, []);
}

const HELP: CompletionOption = {
  long: '--help',
  short: '-h',
  description: 'help for the command',
  takesValue: false,
  choices: [],
};

function optionOf(option: Option): CompletionOption {
  return {
    long: option.long ?? option.flags,
    short: option.short,
    description: firstSentence(option.description),
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  };
}

function firstSentence(text: string): string {
  return text.split(/[.:;] |\n/u)[0]?.replace(/\.$/u, '') ?? '';
}
