// A map that nothing changes: `with` gives another one, which shares all but a few dozen entries with it. So a state can be
// handed out and folded on, and neither costs more the more stages a plan has.
//
// Entries keep the order in which their keys came first, 32 to a leaf. Where each key stands is noted in one Map that all
// versions share as long as they only grow one out of the other; a version knows the keys up to its own size.

const bits = 5;
const leafSize = 1 << bits;

type Entry<K, V> = readonly [K, V];
type Leaf<K, V> = readonly Entry<K, V>[];

export class PersistentMap<K, V> {
  readonly #places: Map<K, number>;
  readonly #leaves: readonly Leaf<K, V>[];
  readonly #size: number;

  private constructor(places: Map<K, number>, leaves: readonly Leaf<K, V>[], size: number) {
    this.#places = places;
    this.#leaves = leaves;
    this.#size = size;
  }

  /** Of two entries with the same key the later one counts, at the place of the first. */
  static from<Key, Value>(entries: Iterable<Entry<Key, Value>> = []): PersistentMap<Key, Value> {
    const all = [...new Map(entries)];
    const leaves = Array.from({ length: Math.ceil(all.length / leafSize) }, (_, leaf) =>
      all.slice(leaf * leafSize, (leaf + 1) * leafSize),
    );
    return new PersistentMap(new Map(all.map(([key], place) => [key, place])), leaves, all.length);
  }

  get size(): number {
    return this.#size;
  }

  has(key: K): boolean {
    return this.#placeOf(key) !== undefined;
  }

  get(key: K): V | undefined {
    const place = this.#placeOf(key);
    return place === undefined ? undefined : this.#leaves[place >> bits]?.[place % leafSize]?.[1];
  }

  /** With `value` at `key`, which keeps its place where it has one. Takes time that grows with a 32nd of the size. */
  with(key: K, value: V): PersistentMap<K, V> {
    const found = this.#placeOf(key);
    const place = found ?? this.#size;
    const places = found === undefined ? this.#placesWith(key) : this.#places;
    const leaf = (this.#leaves[place >> bits] ?? []).slice();
    leaf[place % leafSize] = [key, value];
    const leaves = this.#leaves.slice();
    leaves[place >> bits] = leaf;
    return new PersistentMap(places, leaves, Math.max(this.#size, place + 1));
  }

  /** Without the entries for which `isOut` holds. Takes time that grows with the size. */
  without(isOut: (key: K, value: V) => boolean): PersistentMap<K, V> {
    return PersistentMap.from([...this].filter(([key, value]) => !isOut(key, value)));
  }

  keys(): readonly K[] {
    return [...this].map(([key]) => key);
  }

  values(): readonly V[] {
    return [...this].map(([, value]) => value);
  }

  [Symbol.iterator](): IterableIterator<Entry<K, V>> {
    return this.#leaves.flat().values();
  }

  /** For records of what a state was: an object, which has no place for a key such as `__proto__`. */
  toJSON(): unknown {
    return Object.fromEntries(this);
  }

  #placeOf(key: K): number | undefined {
    const place = this.#places.get(key);
    // One that came later, to a map that grew out of this one, is not here.
    return place !== undefined && place < this.#size ? place : undefined;
  }

  /** The shared places with one more; where another map grew out of this one before, places of its own. */
  #placesWith(key: K): Map<K, number> {
    const places =
      this.#places.size === this.#size ? this.#places : new Map(this.keys().map((one, place) => [one, place]));
    return places.set(key, this.#size);
  }
}
