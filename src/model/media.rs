//! Sound and pictures among the tokens of a call. They are billed at rates of their own.

/// Tokens that are no text, by what they lie within: sound, then pictures, of the fresh input, of what a cache gave, and
/// of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Medium {
    AudioInput,
    ImageInput,
    CachedAudio,
    CachedImage,
    AudioOutput,
    ImageOutput,
}

impl Medium {
    pub const COUNT: usize = 6;

    pub const ALL: [Self; Self::COUNT] = [
        Self::AudioInput,
        Self::ImageInput,
        Self::CachedAudio,
        Self::CachedImage,
        Self::AudioOutput,
        Self::ImageOutput,
    ];

    /// The line of a bill.
    pub fn word(self) -> &'static str {
        match self {
            Self::AudioInput => "audio input",
            Self::ImageInput => "image input",
            Self::CachedAudio => "cached audio",
            Self::CachedImage => "cached image",
            Self::AudioOutput => "audio output",
            Self::ImageOutput => "image output",
        }
    }

    /// The line where no rate of its own is known.
    pub fn as_text(self) -> &'static str {
        match self {
            Self::AudioInput => "audio input (at the text rate)",
            Self::ImageInput => "image input (at the text rate)",
            Self::CachedAudio => "cached audio (at the text rate)",
            Self::CachedImage => "cached image (at the text rate)",
            Self::AudioOutput => "audio output (at the text rate)",
            Self::ImageOutput => "image output (at the text rate)",
        }
    }

    /// The field of `mediaTokens` in `calls --json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::AudioInput => "audioInput",
            Self::ImageInput => "imageInput",
            Self::CachedAudio => "cachedAudio",
            Self::CachedImage => "cachedImage",
            Self::AudioOutput => "audioOutput",
            Self::ImageOutput => "imageOutput",
        }
    }
}

/// How many tokens of each medium, as logged; 0 where none is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Media(pub [u32; Medium::COUNT]);

impl Media {
    pub const NONE: Self = Self([0; Medium::COUNT]);

    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    pub fn get(&self, medium: Medium) -> u32 {
        self.0[medium as usize]
    }

    pub fn set(&mut self, medium: Medium, tokens: u32) {
        self.0[medium as usize] = tokens;
    }
}
