// What the Workers are set to.

export const issuer = 'https://auth.example.test';
export const audience = 'https://api.example.test';
export const clientId = 'app';
