// The one part of Node's library that the Worker uses, under the compatibility flag `nodejs_als`.

declare module 'node:async_hooks' {
  export class AsyncLocalStorage<Store> {
    run<Result>(store: Store, callback: () => Result): Result;
    getStore(): Store | undefined;
  }
}
