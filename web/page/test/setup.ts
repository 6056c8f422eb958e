/** Where the page was loaded from, which it asks as soon as its modules are loaded. */
Object.assign(globalThis, { location: new URL("http://localhost/") });
