package dev.bailey.gateway.dualwrite;

/** The right to send one write. */
@FunctionalInterface
interface Leave {

    /** Of what needs no lease. */
    Leave FREE = () -> true;

    /** Whether it has lasted until now, so that the write's answer counts. */
    boolean isUnbroken();
}
