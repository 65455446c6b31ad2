package h2eal.lab.experiment;

/// A run that nobody watches or stops.
record Unwatched() implements ExperimentRunner.Watcher {

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
