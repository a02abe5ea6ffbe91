import { type Answer, explain, type Question } from './explain.ts';

/** Parsing happens here, where the page can end it. */
globalThis.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  const answer: Answer = explain(data);
  globalThis.postMessage(answer, { transfer: [] });
});
