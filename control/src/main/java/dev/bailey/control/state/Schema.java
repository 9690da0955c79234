package dev.bailey.control.state;

import java.util.List;

/** The tables of the control plane's core. */
public final class Schema {

    private Schema() {}

    /** Statements for {@link StateDb#open}; running them again changes nothing. */
    public static List<String> tables() {
        return List.of(
                """
                create table if not exists slice_state (
                  slice text primary key, phase text not null, ramp integer not null, cohorts text not null,
                  epoch integer not null, phase_since text not null, step_since text not null,
                  replicating_since text, reads_since text, evidence_from text not null)""",
                """
                create table if not exists transition (
                  id integer primary key autoincrement, slice text not null, at text not null, actor text not null,
                  reason text not null, command text not null, from_state text not null, to_state text not null,
                  committed integer not null, forced integer not null, approval text, gates text not null,
                  numbers text not null, detail text not null)""",
                "create index if not exists transition_slice on transition (slice, id)",
                """
                create table if not exists pending (
                  slice text not null, kind text not null, from_state text not null, prepared text not null,
                  actor text not null, reason text not null, at text not null, primary key (slice, kind))""",
                """
                create table if not exists gate_last (
                  slice text not null, phase text not null, gate text not null, reading text not null,
                  primary key (slice, phase, gate))""",
                """
                create table if not exists gate_history (
                  id integer primary key autoincrement, slice text not null, phase text not null, gate text not null,
                  verdict text not null, at text not null, reading text not null)""",
                """
                create table if not exists job (
                  id text primary key, slice text not null, kind text not null, repair integer not null,
                  dry_run integer not null, state text not null, started text not null, ended text,
                  divergences integer not null, detail text not null)""",
                "create table if not exists progress (key text primary key, json text not null)",
                """
                create table if not exists debt (
                  id integer primary key autoincrement, slice text not null, since text not null,
                  reason text not null, cleared text)""",
                """
                create table if not exists divergence (
                  slice text not null, key text not null, kind text not null, paths text not null,
                  found text not null, state text not null, changed text not null, primary key (slice, key))""",
                """
                create table if not exists rehearsal (
                  id integer primary key autoincrement, slice text not null, at text not null, cohort integer not null,
                  equal integer not null, keys integer not null, unequal integer not null,
                  forward_ms real not null, back_ms real not null, detail text not null)""",
                """
                create table if not exists hold (
                  slice text not null, kind text not null, actor text not null, since text not null,
                  reason text not null, primary key (slice, kind))""",
                """
                create table if not exists foreign_flag (
                  name text primary key, slice text not null, owner text not null, purpose text not null,
                  since text not null, removed text)""",
                """
                create table if not exists traffic_minute (
                  slice text not null, minute integer not null, counts text not null, primary key (slice, minute))""");
    }
}
