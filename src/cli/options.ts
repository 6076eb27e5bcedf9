import { InvalidArgumentError, Option } from 'commander';

export const DEFAULT_CONFIG = './tocsin.yaml';

export function configOption(): Option {
  return new Option('--config <file>', 'the settings').default(DEFAULT_CONFIG);
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}
