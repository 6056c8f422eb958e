export const figure = (n: number): string => n.toLocaleString("en");

export const counted = (n: number, one: string, many: string): string =>
  `${figure(n)} ${n === 1 ? one : many}`;
