package dev.bailey.journal.sqlite;

/** What a disk keeps of a journal: lives on when the process dies, without what was not committed. */
final class MemoryEngine {

    private Image image = new Image();

    Image image() {
        return image;
    }

    void become(Image next) {
        image = next;
    }
}
