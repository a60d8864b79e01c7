/** Version of the JSON that `list` and `diagnose` print. It grows when a key goes or changes its meaning, not when one is added. */
export const REPORT_SCHEMA_VERSION = 1;
