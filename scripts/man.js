// Makes the man pages from the commands themselves: dist/man/fdleak.1 and one for each command. Run by `npm run build`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';
import markedMan from 'marked-man';
import { COMMANDS, toProgram } from '../dist/cli/program.js';

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const folder = fileURLToPath(new URL('dist/man/', root));

/** What `--help` prints besides the usage and the tables: examples, exit status. */
function textAround(command) {
  let whole = '';
  command.configureOutput({ writeOut: (text) => (whole += text) });
  command.outputHelp();
  return whole.replace(command.helpInformation(), '\n').trim();
}

/** Plain text as markdown: what would be a tag, emphasis or code is itself. */
const plain = (text) => text.replace(/[\\`*_<>[\]|]/g, String.raw`\$&`);

function toTable(title, rows) {
  return rows.length === 0
    ? ''
    : `## ${title}\n\n${rows.map(([term, about]) => `* \`${term}\`:\n  ${plain(about)}\n`).join('\n')}\n`;
}

/** `Examples:` and what is indented below it, as code; other lines as they are. */
function toProse(text) {
  const parts = text.split(/\n{2,}/).filter((part) => part.trim() !== '');
  return parts
    .map((part) => {
      const [first = '', ...rest] = part.split('\n');
      if (rest.length === 0 || !rest.every((line) => line.startsWith(' '))) return `${plain(part)}\n`;
      return `## ${first.replace(/:$/, '').toUpperCase()}\n\n${rest.map((line) => `    ${line.trimStart()}`).join('\n')}\n`;
    })
    .join('\n');
}

function toMarkdown(name, command, about) {
  const help = command.createHelp();
  const commands = command.name() === 'fdleak' ? command.commands : [];
  return [
    `# ${name}(1) -- ${about}\n`,
    `## SYNOPSIS\n\n\`${help.commandUsage(command)}\`\n`,
    `## DESCRIPTION\n\n${plain(help.commandDescription(command))}\n`,
    toTable(
      'ARGUMENTS',
      help.visibleArguments(command).map((one) => [help.argumentTerm(one), help.argumentDescription(one)]),
    ),
    toTable(
      'OPTIONS',
      help.visibleOptions(command).map((one) => [help.optionTerm(one), help.optionDescription(one)]),
    ),
    toTable(
      'COMMANDS',
      commands.map((one) => [one.name(), one.summary()]),
    ),
    toProse(textAround(command)),
    `## SEE ALSO\n\n${['fdleak', ...COMMANDS.keys()]
      .map((one) => (one === 'fdleak' ? one : `fdleak-${one}`))
      .filter((one) => one !== name)
      .map((one) => `${one}(1)`)
      .join(', ')}, proc(5), lsof(8), ss(8)\n`,
  ].join('\n');
}

const program = await toProgram([], { world: {} });
mkdirSync(folder, { recursive: true });
marked.use(markedMan);
const pages = [{ name: 'fdleak', command: program, about: 'file-descriptor leaks of running processes' }];
for (const command of program.commands)
  if (COMMANDS.has(command.name())) pages.push({ name: `fdleak-${command.name()}`, command, about: command.summary() });
for (const { name, command, about } of pages) {
  // The version stands where the date would: two builds of one version are the same.
  const page = marked
    .parse(toMarkdown(name, command, about))
    .replace(/^\.TH .*$/m, `.TH "${name.toUpperCase()}" "1" "" "fdleak ${version}"`);
  writeFileSync(`${folder}${name}.1`, page);
}
