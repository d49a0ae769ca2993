import config from './jest.config.mjs';

/** The tests that need a browser. @type {import('jest').Config} */
export default { ...config, roots: ['<rootDir>/test/browser'], testPathIgnorePatterns: [] };
