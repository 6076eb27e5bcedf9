import type { Form, FormValues } from '../../model/form.js';
import type { CommandContext } from '../command.js';

/** A command that can be filled in. */
export interface CommandForm {
  /** `report create`: the words that open it; those behind them are filled in already. */
  readonly opens: string;
  /** Reads the record alone: a dialog has to open within seconds. */
  build(args: readonly string[], context: CommandContext): Promise<Omit<Form, 'opens'>>;
  /** The words of the command that was filled in. Throws `command.usage` with the field it is about. */
  order(values: FormValues, args: readonly string[]): FormOrder;
}

export interface FormOrder {
  readonly args: readonly string[];
  /** What a command that reads its words as they were typed is given. */
  readonly said?: string;
  /** Narrows it, as `--tenant` does. */
  readonly tenant?: string;
}

/** A value without blanks around it; empty when nothing was filled in. */
export function valueOf(values: FormValues, name: string): string {
  return (Object.hasOwn(values, name) ? (values[name] ?? '') : '').trim();
}
