import type { Answer, Question } from './explain.ts';

/** What takes longer is ended. */
const LONGEST_MS = 20_000;

const byId = <Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind => {
  const element = document.querySelector(`#${id}`);
  if (!(element instanceof kind)) throw new Error(`the page has no #${id}`);
  return element;
};
const text = byId('text', HTMLTextAreaElement);
const fds = byId('fds', HTMLInputElement);
const pids = byId('pids', HTMLSelectElement);
const chooser = byId('chooser', HTMLLabelElement);
const answer = byId('answer', HTMLPreElement);
const code = document.querySelector('#worker')?.textContent ?? '';
const source = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));

let worker: Worker | null = null;

/** Asks a worker of its own, ended when it answers, takes too long, or is asked anew. */
function ask(pid: number | null): void {
  worker?.terminate();
  const asked = new Worker(source);
  worker = asked;
  answer.dataset['state'] = 'reading';
  answer.textContent = 'reading …';
  const end = (answered: Answer): void => {
    clearTimeout(bound);
    asked.terminate();
    if (pid === null) offer(answered.pids);
    answer.textContent = answered.text;
    answer.dataset['state'] = 'read';
  };
  const bound = setTimeout(() => {
    end({ text: 'This took more than 20 seconds: run fdleak inspect --from FILE.', pids: [] });
  }, LONGEST_MS);
  asked.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    end(data);
  });
  asked.addEventListener('error', ({ message }) => {
    end({ text: `This is a bug of the page: ${message}`, pids: [] });
  });
  asked.postMessage({ text: text.value, pid, listDescriptors: fds.checked } satisfies Question, { transfer: [] });
}

/** Processes to choose from; none hides the choice. */
function offer(choices: readonly number[]): void {
  const options = choices.map((pid) => {
    const option = document.createElement('option');
    option.textContent = `${pid}`;
    return option;
  });
  pids.replaceChildren(document.createElement('option'), ...options);
  chooser.hidden = choices.length === 0;
}

const chosen = (): number | null => (chooser.hidden || pids.value === '' ? null : Number(pids.value));

byId('explain', HTMLButtonElement).addEventListener('click', () => {
  ask(null);
});
pids.addEventListener('change', () => {
  ask(chosen());
});
fds.addEventListener('change', () => {
  if (answer.dataset['state'] !== undefined) ask(chosen());
});
