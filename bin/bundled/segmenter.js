// Stands for `Intl.Segmenter` in the bundle. Packages make theirs when they are loaded, and its tables take longer to load
// than Node needs to start; here they are loaded for the first text that is cut.
const { Segmenter } = Intl;

class LazySegmenter {
  #options;
  #made;

  constructor(...options) {
    this.#options = options;
  }

  segment(text) {
    this.#made ??= new Segmenter(...this.#options);
    return this.#made.segment(text);
  }
}

export { LazySegmenter as "Intl.Segmenter" };
