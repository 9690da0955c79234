package dev.bailey.control.completion;

/**
 * The proof that the crossing is over.
 *
 * @param json the content, keys in a fixed order, without the checksum
 * @param text the same for people
 * @param sha256 of the JSON's UTF-8 bytes, in hexadecimal
 */
public record Certificate(String json, String text, String sha256) {}
