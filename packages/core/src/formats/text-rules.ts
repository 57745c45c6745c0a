/** What is wrong with a text that must be one line and not empty, as the end of a sentence; undefined when nothing is. */
export function lineFault(text: string): string | undefined {
  if (text.trim() === '') return 'is empty';
  if (text !== text.trim()) return 'starts or ends with white space';
  if (text.includes('\n')) return 'holds a newline';
  return textFault(text);
}

/** What is wrong with a text of several lines: control characters other than newline and tab, or broken Unicode. */
export function textFault(text: string): string | undefined {
  if (text.trim() === '') return 'is empty';
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) return 'holds a control character';
  return text.isWellFormed() ? undefined : 'is not valid Unicode';
}
