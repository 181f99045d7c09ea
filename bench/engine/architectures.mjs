/** The shapes of two models' parameters, in the order in which the models declare them. */

const normalized = (width) => [[width], [width]];
const dense = (from, to) => [[to, from], [to]];

/** A convolution without a bias, and the scale and shift of the normalization behind it. */
const convolution = (from, to, kernel) => [[to, from, kernel, kernel], ...normalized(to)];

/** 1x1 down, 3x3, 1x1 up to four times the width; the first of a stage has a convolution in its shortcut. */
function bottleneck(from, width, isFirst) {
  const out = 4 * width;
  return [
    ...convolution(from, width, 1),
    ...convolution(width, width, 3),
    ...convolution(width, out, 1),
    ...(isFirst ? convolution(from, out, 1) : []),
  ];
}

/** ResNet-50 (K. He et al., arXiv:1512.03385) for 1000 classes. */
function resnet50() {
  const stages = [3, 4, 6, 3].flatMap((blocks, stage) => {
    const width = 64 << stage;
    const before = stage === 0 ? 64 : 2 * width;
    return Array.from({ length: blocks }, (_, i) => bottleneck(i === 0 ? before : 4 * width, width, i === 0));
  });
  return [...convolution(3, 64, 7), ...stages.flat(), ...dense(2048, 1000)];
}

/** BERT-base, uncased (J. Devlin et al., arXiv:1810.04805), with its pooler. */
function bertBase() {
  const [words, positions, segments, width, inner, layers] = [30522, 512, 2, 768, 3072, 12];
  const square = dense(width, width);
  const attention = [...square, ...square, ...square, ...square, ...normalized(width)];
  const layer = [...attention, ...dense(width, inner), ...dense(inner, width), ...normalized(width)];
  const embeddings = [[words, width], [positions, width], [segments, width], ...normalized(width)];
  return [...embeddings, ...Array.from({ length: layers }, () => layer).flat(), ...square];
}

export const sizeOf = (shapes) =>
  shapes.reduce((sum, shape) => sum + shape.reduce((product, length) => product * length, 1), 0);

function counted(name, shapes, tensors, parameters) {
  if (shapes.length !== tensors || sizeOf(shapes) !== parameters)
    throw new Error(`${name} came to ${shapes.length} tensors of ${sizeOf(shapes)} parameters`);
  return shapes;
}

export const ARCHITECTURES = {
  "ResNet-50": counted("ResNet-50", resnet50(), 161, 25_557_032),
  "BERT-base": counted("BERT-base", bertBase(), 199, 109_482_240),
};
