// Which of the page's data only the rest of its WebAssembly reads (`split.mjs` divides it).
//
// The linker's map (`build.rs` asks for it) tells where each object of the data lies and how large it is. An object is
// read by a function that has an address in it among its constants, and by whoever reads an object with such an address.
// What looks like an address is taken for one: a wrong guess costs bytes and nothing else.

/** A stretch of data costs so many bytes before its first. */
const SMALLEST = 24;
/** What aligns an object may stand before it. */
const ALIGNED = 16;

/** The objects of the data that never changes, by address, from the linker's map. */
export function objectsOf(map) {
  const line = /^\s*([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]+)\s+(\S.*):\(\.rodata\S*\)\s*$/;
  const objects = [];
  for (const text of map.split("\n")) {
    const [, start, size, file] = line.exec(text) ?? [];
    // The linker puts texts that end with a zero into one object of its own.
    if (file && size !== "0") objects.push({ start: parseInt(start, 16), size: parseInt(size, 16), isTexts: file === "<internal>" });
  }
  if (objects.length === 0) throw new Error("the linker's map names no data");
  return objects.sort((a, b) => a.start - b.start);
}

/** The data by address. */
class Memory {
  constructor(segments) {
    this.parts = segments.map(({ offset, data }) => ({ start: offset, bytes: Buffer.from(data) }));
  }

  /** What stands in the data between two addresses; what doesn't is zero. */
  between(start, end) {
    return this.parts
      .filter((part) => part.start < end && part.start + part.bytes.length > start)
      .map((part) => ({ at: Math.max(part.start, start), bytes: part.bytes.subarray(Math.max(0, start - part.start), Math.min(part.bytes.length, end - part.start)) }));
  }

  /** The aligned words of an object. */
  *words({ start, size }) {
    for (const { at, bytes } of this.between(start, start + size))
      for (let index = (4 - (at % 4)) % 4; index + 4 <= bytes.length; index += 4) yield bytes.readUInt32LE(index);
  }

  /** An object of texts as one object for each, with the zero that ends it. */
  texts({ start, size }) {
    const bytes = Buffer.alloc(size);
    for (const part of this.between(start, start + size)) part.bytes.copy(bytes, part.at - start);
    const found = [];
    for (let from = 0; from < size; ) {
      const zero = bytes.indexOf(0, from);
      const to = zero < 0 ? size : zero + 1;
      found.push({ start: start + from, size: to - from });
      from = to;
    }
    return found;
  }
}

/**
 * Stretches of data that nothing reads which starts from `addresses`: where they stand, and their bytes.
 * @param segments the data, each with `offset` and `data`
 * @param map the linker's
 * @param addresses the constants of those who must find what they read
 * @param all the constants of everybody
 */
export function unread(segments, map, addresses, all) {
  const memory = new Memory(segments);
  const objects = objectsOf(map).flatMap((object) => (object.isTexts ? memory.texts(object) : object));
  /** The object with an address in it. */
  const at = (address) => {
    let [low, high] = [0, objects.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (objects[middle].start > address) high = middle;
      else low = middle + 1;
    }
    const object = objects[low - 1];
    return object && address < object.start + object.size ? object : undefined;
  };
  const reached = (open) => {
    const found = new Set();
    while (open.length > 0) {
      const object = open.pop();
      if (!object || found.has(object)) continue;
      found.add(object);
      for (const word of memory.words(object)) open.push(at(word));
    }
    return found;
  };
  // Compilers fold numbers into addresses, which then point before the object that is meant. So what nobody seems to
  // read is read by somebody, and stays.
  const plain = reached(all.map(at));
  const odd = objects.filter((object) => !plain.has(object));
  const read = reached([...addresses.map(at), ...odd]);

  const stretches = [];
  let end = -1;
  for (const object of objects) {
    if (read.has(object)) end = -1;
    else {
      if (end < 0 || object.start - end >= ALIGNED) stretches.push({ start: object.start });
      end = stretches.at(-1).end = object.start + object.size;
    }
  }
  return stretches.flatMap(({ start, end }) => memory.between(start, end)).filter(({ bytes }) => bytes.length >= SMALLEST);
}
