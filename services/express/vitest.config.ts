import { defineConfig } from 'vitest/config';

// All files share the one database that DATABASE_URL names, so they run one after the other.
export default defineConfig({
  test: { include: ['tests/**/*.test.ts'], globalSetup: 'tests/support/setup.ts', fileParallelism: false },
});
