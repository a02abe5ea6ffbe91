import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS, toProgram } from '../../src/cli/program.ts';
import { contextOf } from './run.ts';

const program = await toProgram([], contextOf());

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (more) => (text += more), getOutHelpWidth: () => 80 }).outputHelp();
  return text;
}

const commands = [program, ...program.commands.filter((command) => COMMANDS.has(command.name()))];

describe.each(commands.map((command) => ({ name: command.name(), text: helpOf(command) })))(
  'the help of $name',
  ({ name, text }) => {
    it('begins with examples', () => {
      expect(text).toMatch(/^Examples?:\n {2}\$ /);
    });

    it('fits a terminal of 80 columns', () => {
      expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    });

    it('speaks plainly', () => {
      expect(text.replaceAll(/--orphan-age|orphaned(?=[-=])/g, ''), name).not.toMatch(
        /\borphan|\btick\b|\bnobody\b|\bby now\b|\bis no\b|\bin place of\b|\bnot known\b|\bsuccessor\b/i,
      );
    });
  },
);
