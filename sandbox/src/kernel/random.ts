/** The four 32-bit words of the generator: they go into a snapshot, so that a restored run goes on with the same numbers. */
export type RandomState = [number, number, number, number];

/** Seeded random numbers: the sfc32 generator of the PractRand suite, which keeps its state in four words. */
export class SeededRandom {
  readonly state: RandomState;

  constructor(seed: number | RandomState) {
    if (typeof seed !== 'number') {
      this.state = [...seed];
      return;
    }
    this.state = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88, 1];
    // The first outputs of neighbouring seeds are alike; sfc32's author discards twelve.
    for (let i = 0; i < 12; i++) this.word();
  }

  /** A number from 0 (included) to 1 (excluded). */
  next(): number {
    return this.word() / 0x1_0000_0000;
  }

  /** A hexadecimal id of `length` characters. */
  id(length: number): string {
    let id = '';
    while (id.length < length) id += this.word().toString(16).padStart(8, '0');
    return id.slice(0, length);
  }

  /** A UUID in the form of version 4. */
  uuid(): string {
    const hex = this.id(32);
    const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  private word(): number {
    const [a, b, c, counter] = this.state;
    const sum = (((a + b) | 0) + counter) | 0;
    this.state[0] = b ^ (b >>> 9);
    this.state[1] = (c + (c << 3)) | 0;
    this.state[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
    this.state[3] = (counter + 1) | 0;
    return sum >>> 0;
  }
}
