// The two kinds of token and the one algorithm. Imports nothing, so that a program of others that verifies loads no more than this.

export const algorithm = 'RS256';

export const accessTokenType = 'at+jwt';
export const refreshTokenType = 'rt+jwt';
