export const J_PER_KWH = 3.6e6;
export const G_PER_KG = 1000;
export const SECONDS_PER_HOUR = 3600;
/** The contract's month: 730 hours, 30.4 days. */
export const HOURS_PER_MONTH = 730;
export const DAYS_PER_MONTH = 30.4;
export const W_PER_KW = 1000;
export const BYTES_PER_GB = 1e9;
export const MS_PER_S = 1000;
export const TOKENS_PER_KILOTOKEN = 1000;
