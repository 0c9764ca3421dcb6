// What the list of breached passwords holds in tests, and how often each was seen; one seen 0 times is padding.

export const breachedPassword = 'lanterns drift over quiet harbours';
export const paddedPassword = 'nine copper kettles on a windowsill';

export const breachedPasswords: Record<string, number> = { [breachedPassword]: 1_204, [paddedPassword]: 0 };
