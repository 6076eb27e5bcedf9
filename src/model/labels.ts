/** Label names and values, as in Prometheus. */
export type Labels = Readonly<Record<string, string>>;
