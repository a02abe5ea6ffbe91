/** Documents show so many. */
const MOST_NUMBERS = 100;

/** Numbers of lines in ascending order, the first hundred, and how many there are: a million lines may be unrecognised. */
export class LineNumbers {
  readonly #first: number[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(number: number): void {
    this.#count += 1;
    if (this.#first.length < MOST_NUMBERS) this.#first.push(number);
  }

  dropLast(): void {
    if (this.#count === this.#first.length) this.#first.pop();
    this.#count -= 1;
  }

  /** The first of these and of others. */
  firstWith(others: readonly number[]): readonly number[] {
    return [...this.#first, ...others].sort((a, b) => a - b).slice(0, MOST_NUMBERS);
  }
}
