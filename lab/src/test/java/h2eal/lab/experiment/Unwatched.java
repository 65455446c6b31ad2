package h2eal.lab.experiment;

import h2eal.lab.cache.Watcher;

/// A run that nobody watches or stops.
record Unwatched() implements Watcher {

    @Override
    public void done(int points) {}

    @Override
    public boolean stopped() {
        return false;
    }

    @Override
    public boolean ignoresCache() {
        return false;
    }
}
