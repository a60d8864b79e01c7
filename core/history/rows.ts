/** First index in [from, to) whose value is not below `value`; `to` when there is none. The range ascends. */
export function lowerBound(values: ArrayLike<number>, value: number, from = 0, to = values.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Row of an id in an ascending column of ids, or -1. */
export function rowOf(rowIds: ArrayLike<number>, rowId: number): number {
  const row = lowerBound(rowIds, rowId);
  return rowIds[row] === rowId ? row : -1;
}
