package dev.bailey.model.write;

/** One kept header of a request or response. Credentials are never kept in display form: see {@code toString}. */
public record Header(String name, String value) {

    @Override
    public String toString() {
        return name + ": …";
    }
}
