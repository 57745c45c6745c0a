/** The nearest construct path that two paths have in common: `harbor/kernel` of its kubelet and its kubectl. */
export function commonPath(a: string, b: string): string {
  const left = a.split('/');
  const right = b.split('/');
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return left.slice(0, length).join('/');
}
