//! What a handler author needs: Handler, JobContext and the built-in handlers
