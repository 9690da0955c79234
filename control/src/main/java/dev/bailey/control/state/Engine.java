package dev.bailey.control.state;

import java.util.List;

/** What a {@link StateDb} stands on. One call at a time; {@link StateException} where the store fails. */
interface Engine extends AutoCloseable {

    <T> T write(StateDb.Work<T> work);

    /** Must be given work without effects beside its result: it may run twice. */
    <T> T read(StateDb.Work<T> work);

    /** Makes sure that tables exist whose makers bring their own definition. */
    void ensure(List<String> definitions);

    @Override
    void close();
}
