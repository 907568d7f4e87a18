declare const LazySegmenter: typeof Intl.Segmenter;
export { LazySegmenter as "Intl.Segmenter" };
