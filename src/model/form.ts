/** Something to fill in that stands for a command. Each platform that has dialogs shows it as one; the others have the command. */
export interface Form {
  /** The words that opened it, `silence INC-1042`: they go back with what was filled in. */
  readonly opens: string;
  /** At most 24 characters, which is what Slack has room for; so is `submit`. */
  readonly title: string;
  readonly submit: string;
  /** What it is about, in a sentence; empty when the title says it. */
  readonly about: string;
  readonly fields: readonly FormField[];
}

export interface FormField {
  /** `duration`: what its value and its error are called. */
  readonly name: string;
  readonly label: string;
  /** One line, several lines, or one of `choices`. */
  readonly kind: 'line' | 'text' | 'choice';
  /** Empty: nothing yet. */
  readonly initial: string;
  readonly hint?: string;
  readonly choices?: readonly string[];
  readonly optional?: true;
  /** Characters. */
  readonly max?: number;
}

/** What was filled in, by field; what was left empty may be missing. */
export type FormValues = Readonly<Record<string, string>>;

/** Where a button opens a form: `label` takes the place of the button's own. */
export interface FormButton {
  readonly opens: string;
  readonly label: string;
}
