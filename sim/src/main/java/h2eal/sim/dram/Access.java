package h2eal.sim.dram;

import h2eal.hardware.DramCommand;

/// Direction of a request, seen from the logic die.
public enum Access {
    READ(DramCommand.READ),
    WRITE(DramCommand.WRITE);

    private final DramCommand command;

    Access(DramCommand command) {
        this.command = command;
    }

    /// The column command that moves its data.
    public DramCommand command() {
        return command;
    }
}
